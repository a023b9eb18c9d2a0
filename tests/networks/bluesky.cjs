// Starts Bluesky's own servers (directory, PDS, AppView) on this machine's loopback, with three accounts.
// It prints one line of JSON when they are ready. For each line "settle" that it reads it prints "settled" once the
// AppView has taken in all that the PDS told; for each line "judge {...}" it prints what the published lexicon says of a
// call's body or answer. It ends with its standard input.
const net = require('node:net')
const readline = require('node:readline')

require('node:dns').setDefaultResultOrder('ipv4first')
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...more) {
  // these servers listen on every interface of the machine, unless they are told otherwise
  if (typeof where === 'object' && where !== null && !where.path) return listen.call(this, { ...where, host: '127.0.0.1' }, ...more)
  if (typeof where === 'number' && typeof more[0] !== 'string') return listen.call(this, where, '127.0.0.1', ...more)
  return listen.call(this, where, ...more)
}

const { TestPlc, TestPds, TestBsky, mockNetworkUtilities } = require('@atproto/dev-env')
const getPort = require('get-port')
const { lexicons } = require('@atproto/api')
const { jsonToLex } = require('@atproto/lexicon')

const PASSWORD = 'a-password-of-this-test'

async function account(pds, name) {
  const agent = pds.getClient()
  const handle = `${name}.test`
  await agent.createAccount({ email: `${name}@mail.example`, handle, password: PASSWORD })
  await agent.upsertProfile((before) => ({ ...before, displayName: name }))
  const passwords = {}
  for (const privileged of [false, true]) {
    const made = await agent.com.atproto.server.createAppPassword({ name: `desk-${privileged}`, privileged })
    passwords[privileged ? 'with_messages' : 'app_password'] = made.data.password
  }
  return { did: agent.session.did, handle, password: PASSWORD, ...passwords }
}

async function settled(pds, bsky) {
  await pds.processAll()
  const last = await pds.ctx.sequencer.curr()
  for (;;) {
    await bsky.sub.processAll()
    const cursor = await bsky.sub.runner.getCursor()
    if (cursor && cursor >= last) return
    await new Promise((done) => setTimeout(done, 5))
  }
}

function judged({ what, name, body }) {
  try {
    const read = jsonToLex(body)
    if (what === 'asked') lexicons.assertValidXrpcParams(name, read)
    else if (what === 'sent') lexicons.assertValidXrpcInput(name, read)
    else lexicons.assertValidXrpcOutput(name, read)
    return ''
  } catch (wrong) {
    return wrong.message
  }
}

async function main() {
  const plc = await TestPlc.create({})
  const pdsPort = await getPort()
  const bsky = await TestBsky.create({
    plcUrl: plc.url,
    pdsPort,
    repoProvider: `ws://localhost:${pdsPort}`,
    dbPostgresUrl: process.env.DB_POSTGRES_URL,
    dbPostgresSchema: 'appview',
  })
  const pds = await TestPds.create({
    port: pdsPort,
    hostname: 'localhost',
    didPlcUrl: plc.url,
    bskyAppViewUrl: bsky.url,
    bskyAppViewDid: bsky.ctx.cfg.serverDid,
    enableDidDocWithSession: true,
    rateLimitsEnabled: true,
  })
  mockNetworkUtilities(pds, bsky)
  const accounts = {}
  for (const name of ['northwind', 'priya', 'tomas']) accounts[name] = await account(pds, name)
  await settled(pds, bsky)
  console.log(JSON.stringify({ url: `http://127.0.0.1:${pds.port}`, accounts, appview: bsky.serverDid }))
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === 'settle') {
      await settled(pds, bsky)
      console.log('settled')
    }
    if (line.startsWith('judge ')) console.log(JSON.stringify({ judged: judged(JSON.parse(line.slice(6))) }))
  }
  process.exit(0)
}

main().catch((trouble) => {
  console.error(trouble)
  process.exit(1)
})

// Moments in the time zone of the current person.

import { myZone, state } from "./state.js";

const format = (date, options) => new Intl.DateTimeFormat("en-GB", { timeZone: myZone(), ...options }).format(date);

export const clock = (date) => format(date, { hour: "2-digit", minute: "2-digit" });
export const precise = (date) => format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const day = (date) => format(date, { weekday: "long", day: "numeric", month: "long" });
export const fromTs = (ts) => new Date(Number(ts) * 1000);

function pretty(date, plain) {
  const name = (at) => format(at, { year: "numeric", month: "2-digit", day: "2-digit" });
  const now = state.now();
  const days = { [name(now)]: "today", [name(new Date(now - 864e5))]: "yesterday", [name(new Date(+now + 864e5))]: "tomorrow" };
  return days[name(date)] ?? plain;
}

function ago(date) {
  const minutes = Math.round((state.now() - date) / 60000);
  const [count, word] = Math.abs(minutes) < 60 ? [minutes, "minute"] : [Math.round(minutes / 60), "hour"];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-count, word);
}

/** Return the text of Slack's date code for the reader. */
export function slackDate(seconds, pattern) {
  const date = new Date(Number(seconds) * 1000);
  const long = format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const plain = format(date, { day: "numeric", month: "long", year: "numeric" });
  const short = format(date, { day: "numeric", month: "short", year: "numeric" });
  const known = {
    date_num: () => format(date, { year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => plain, date_short: () => short, date_long: () => long, date_slash: () => short,
    date_pretty: () => pretty(date, plain), date_short_pretty: () => pretty(date, short), date_long_pretty: () => pretty(date, long),
    time: () => clock(date), time_secs: () => format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(date), day_divider_pretty: () => pretty(date, long),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => known[name]?.() ?? whole);
}

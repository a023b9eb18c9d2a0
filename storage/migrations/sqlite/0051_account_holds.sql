-- Until when an account makes no calls of a use, since its network asked to wait or no money is left there.
CREATE TABLE account_holds (
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    use TEXT NOT NULL CHECK (use IN ('poll', 'look', 'write', 'delete')),
    held_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    why TEXT NOT NULL,
    met TEXT NOT NULL,
    limit_met TEXT NOT NULL,
    firm INTEGER NOT NULL,
    PRIMARY KEY (network, account, use)
) STRICT;
INSERT INTO account_holds (network, account, use, held_at, until_at, why, met, limit_met, firm)
SELECT d.target_network, d.target_account, CASE WHEN d.kind = 'take_back' THEN 'delete' ELSE 'write' END,
    max(t.ended_at), max(t.wait_until), max(t.why), CASE WHEN d.kind = 'take_back' THEN 'delete' ELSE 'write' END, 'pace', 0
FROM attempts t JOIN drafts d ON d.id = t.draft_id
WHERE t.wait_until IS NOT NULL AND t.ended_at IS NOT NULL
GROUP BY d.target_network, d.target_account, CASE WHEN d.kind = 'take_back' THEN 'delete' ELSE 'write' END;

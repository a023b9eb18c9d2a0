"""Decides what the thread of a case gets whose card is posted late, since it was folded into a storm before."""

from bot.domain.slack.telling import Urgency

_ITS_DRAFT = "asks a JOIN drafts d ON d.id = a.draft_id WHERE a.id = tellings.about AND d.state"
_NEWEST_SENT = """(SELECT max(s.about) FROM tellings s JOIN asks a ON a.id = s.about
    JOIN drafts d ON d.id = a.draft_id
    WHERE s.case_id = tellings.case_id AND s.kind = 'draft' AND d.state = 'sent')"""
# The new `behind` of a message there. Of the drafts that are over only the newest that was sent is posted, after all
# else that waits: a hundred customers who come out of a storm would otherwise have their cards behind old words.
LATE_THREAD = f"""CASE
    WHEN kind <> 'draft' OR ts <> '' OR behind IS NULL THEN behind
    WHEN about = {_NEWEST_SENT} THEN {Urgency.LOW:d}
    WHEN EXISTS (SELECT 1 FROM {_ITS_DRAFT} IN ('sent', 'withdrawn')) THEN NULL
    ELSE behind END"""

-- What a running desk answers to a question that all of them were asked, such as to read their configuration again.
ALTER TABLE desks ADD COLUMN answer TEXT NOT NULL DEFAULT '';

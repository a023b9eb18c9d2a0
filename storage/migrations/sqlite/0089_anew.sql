-- How often something outside of its case asked for a redraw of a message.
ALTER TABLE tellings ADD COLUMN anew INTEGER NOT NULL DEFAULT 0;

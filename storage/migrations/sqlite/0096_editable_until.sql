-- Until when its network lets us change a post of ours, as it said of this one; NULL: it has not said so.
ALTER TABLE mentions ADD COLUMN editable_until INTEGER;

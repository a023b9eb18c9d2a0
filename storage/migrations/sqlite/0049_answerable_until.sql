-- Some networks take an answer only for a while after the customer wrote.
ALTER TABLE mentions ADD COLUMN answerable_until INTEGER;

-- What a second person is to decide about is found without reading what stands or is over.
CREATE INDEX asides_asked ON asides (id) WHERE ended_at IS NULL AND decided_at IS NULL;

-- Which master keys sealed the sessions' keys, and what each of them sealed: asked at every start and
-- by a rotation. A value begins with five bytes that name its seal.
CREATE INDEX session_keys_by_seal ON session_keys (substr(value, 1, 5), connection);

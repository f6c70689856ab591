-- Every row of "change" wakes the listeners; the payload is its id, so a slow listener can read what it missed.
CREATE FUNCTION announce_change() RETURNS trigger AS $$
BEGIN
  PERFORM pg_notify('ibs_change', NEW.id::text);
  RETURN NULL;
END
$$ LANGUAGE plpgsql;
--> statement-breakpoint
CREATE TRIGGER announce_change AFTER INSERT ON "change" FOR EACH ROW EXECUTE FUNCTION announce_change();
--> statement-breakpoint
INSERT INTO "realm" ("id", "kind", "comment") VALUES
  ('ibs', 'internal', 'Users with a password on this server'),
  ('system', 'service', 'The system itself; nobody signs in here');

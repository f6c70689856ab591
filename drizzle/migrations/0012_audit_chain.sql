CREATE TABLE "audit_chain" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"base_position" bigint DEFAULT 0 NOT NULL,
	"base_hash" text NOT NULL,
	"head_position" bigint DEFAULT 0 NOT NULL,
	"head_hash" text NOT NULL,
	"verified_at" timestamp with time zone,
	"verified_position" bigint,
	"broken" text
);
--> statement-breakpoint
ALTER TABLE "audit" ALTER COLUMN "at" SET DATA TYPE timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "audit" ALTER COLUMN "at" SET DEFAULT now();--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "code" text;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "before" jsonb;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "after" jsonb;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "position" bigint;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "previous_hash" text;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "hash" text;--> statement-breakpoint
CREATE INDEX "audit_principal" ON "audit" USING btree ("principal","id");--> statement-breakpoint
CREATE INDEX "audit_action" ON "audit" USING btree ("action","id");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_position" ON "audit" USING btree ("position");--> statement-breakpoint
CREATE INDEX "audit_unsealed" ON "audit" USING btree ("id") WHERE position is null;--> statement-breakpoint
-- The chain begins with nothing before it; rows from before are taken into it by the first one who seals.
INSERT INTO "audit_chain" ("base_hash", "head_hash") VALUES (repeat('0', 64), repeat('0', 64));
--> statement-breakpoint
-- A row of the audit log is written once. Then it gets its place in the chain, once. It goes when its time has come: when
-- the chain begins behind it.
CREATE FUNCTION guard_audit() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.position IS NULL AND NEW.previous_hash IS NULL AND NEW.hash IS NULL THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a row of the audit log gets its place in the chain after it was written';
  ELSIF TG_OP = 'UPDATE' THEN
    IF OLD.position IS NULL AND NEW.position IS NOT NULL AND NEW.previous_hash IS NOT NULL AND NEW.hash IS NOT NULL
      AND to_jsonb(NEW) - ARRAY['position', 'previous_hash', 'hash']
        = to_jsonb(OLD) - ARRAY['position', 'previous_hash', 'hash'] THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of the audit log are not changed';
  ELSIF TG_OP = 'DELETE' THEN
    IF OLD.position <= (SELECT base_position FROM audit_chain) THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of the audit log are not removed before their time';
  END IF;
  RAISE EXCEPTION 'the audit log is not emptied';
END
$$ LANGUAGE plpgsql;
--> statement-breakpoint
CREATE TRIGGER guard_audit BEFORE INSERT OR UPDATE OR DELETE ON "audit" FOR EACH ROW EXECUTE FUNCTION guard_audit();
--> statement-breakpoint
CREATE TRIGGER guard_audit_truncate BEFORE TRUNCATE ON "audit" FOR EACH STATEMENT EXECUTE FUNCTION guard_audit();
--> statement-breakpoint
-- Both ends of the chain only move on, and it begins only behind a row that is in it.
CREATE FUNCTION guard_audit_chain() RETURNS trigger AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'there is one chain of the audit log';
  END IF;
  IF NEW.head_position < OLD.head_position OR NEW.base_position < OLD.base_position
    OR NEW.base_position > NEW.head_position THEN
    RAISE EXCEPTION 'the chain of the audit log does not go back';
  END IF;
  IF NEW.base_position > OLD.base_position AND NOT EXISTS (
    SELECT 1 FROM audit WHERE position = NEW.base_position AND hash = NEW.base_hash
  ) THEN
    RAISE EXCEPTION 'the chain of the audit log begins behind one of its rows';
  END IF;
  RETURN NEW;
END
$$ LANGUAGE plpgsql;
--> statement-breakpoint
CREATE TRIGGER guard_audit_chain BEFORE INSERT OR UPDATE OR DELETE ON "audit_chain" FOR EACH ROW EXECUTE FUNCTION guard_audit_chain();
--> statement-breakpoint
CREATE TRIGGER guard_audit_chain_truncate BEFORE TRUNCATE ON "audit_chain" FOR EACH STATEMENT EXECUTE FUNCTION guard_audit_chain();

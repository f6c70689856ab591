ALTER TABLE "session" ADD COLUMN "proven_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
-- Nobody is asked again before the time, and no session counts as proven later than it was.
UPDATE "session" SET "proven_at" = "created_at";

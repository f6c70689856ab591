ALTER TABLE "datastore" ADD COLUMN "chunk_coverage" jsonb;--> statement-breakpoint
ALTER TABLE "datastore_job" ADD COLUMN "left_at" timestamp with time zone;
ALTER TABLE "datastore" ADD COLUMN "space_use_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "backup_group" ADD COLUMN "exclusive_bytes" bigint;--> statement-breakpoint
ALTER TABLE "backup_group" ADD COLUMN "used_bytes" bigint;--> statement-breakpoint
ALTER TABLE "namespace" ADD COLUMN "exclusive_bytes" bigint;--> statement-breakpoint
ALTER TABLE "namespace" ADD COLUMN "used_bytes" bigint;--> statement-breakpoint
ALTER TABLE "snapshot" ADD COLUMN "exclusive_bytes" bigint;--> statement-breakpoint
ALTER TABLE "snapshot" ADD COLUMN "used_bytes" bigint;
CREATE TABLE "drill_report" (
	"id" uuid PRIMARY KEY NOT NULL,
	"datastore_id" uuid NOT NULL,
	"namespace" text NOT NULL,
	"type" text NOT NULL,
	"backup_id" text NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"choice" text NOT NULL,
	"state" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone NOT NULL,
	"restore_ms" integer NOT NULL,
	"restored_bytes" bigint NOT NULL,
	"restored_files" bigint NOT NULL,
	"hashes" bigint NOT NULL,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trashed_snapshot" (
	"datastore_id" uuid NOT NULL,
	"namespace" text NOT NULL,
	"type" text NOT NULL,
	"backup_id" text NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"trashed_at" timestamp with time zone NOT NULL,
	"trashed_by" text NOT NULL,
	"reason" text NOT NULL,
	"owner" text,
	"size_bytes" bigint,
	CONSTRAINT "trashed_snapshot_datastore_id_namespace_type_backup_id_time_trashed_at_pk" PRIMARY KEY("datastore_id","namespace","type","backup_id","time","trashed_at")
);
--> statement-breakpoint
ALTER TABLE "datastore" ADD COLUMN "trash_bytes" bigint;--> statement-breakpoint
ALTER TABLE "datastore" ADD COLUMN "trash_days" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "datastore" ADD COLUMN "verify_new" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "drill_report" ADD CONSTRAINT "drill_report_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trashed_snapshot" ADD CONSTRAINT "trashed_snapshot_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "drill_report_datastore" ON "drill_report" USING btree ("datastore_id","started_at");
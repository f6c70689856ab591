CREATE TABLE "datastore_job" (
	"datastore_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"schedule" text,
	"run_window" text,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"counted_from" timestamp with time zone DEFAULT now() NOT NULL,
	"notice" text,
	"notice_at" timestamp with time zone,
	"last_task_id" uuid,
	"last_started_at" timestamp with time zone,
	"last_finished_at" timestamp with time zone,
	"last_state" text,
	"last_outcome" text,
	CONSTRAINT "datastore_job_datastore_id_kind_pk" PRIMARY KEY("datastore_id","kind")
);
--> statement-breakpoint
ALTER TABLE "datastore_job" ADD CONSTRAINT "datastore_job_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- What a new datastore gets, also for those that are there (docs/decisions/0023-schedules.md).
INSERT INTO "datastore_job" ("datastore_id", "kind", "schedule")
SELECT "datastore"."id", "first"."kind", "first"."schedule"
FROM "datastore" CROSS JOIN (VALUES ('prune', 'daily'), ('gc', 'weekly'), ('verify', 'weekly')) AS "first" ("kind", "schedule");

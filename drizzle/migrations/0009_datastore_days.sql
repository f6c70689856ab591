CREATE TABLE "datastore_day" (
	"datastore_id" uuid NOT NULL,
	"day" date NOT NULL,
	"minutes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"reasons" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"gone_tasks" integer DEFAULT 0 NOT NULL,
	"gone_failed" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "datastore_day_datastore_id_day_pk" PRIMARY KEY("datastore_id","day")
);
--> statement-breakpoint
ALTER TABLE "datastore_day" ADD CONSTRAINT "datastore_day_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;
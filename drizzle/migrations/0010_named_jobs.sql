ALTER TABLE "datastore_job" ADD COLUMN "name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "datastore_job" DROP CONSTRAINT "datastore_job_datastore_id_kind_pk";--> statement-breakpoint
ALTER TABLE "datastore_job" ADD CONSTRAINT "datastore_job_datastore_id_kind_name_pk" PRIMARY KEY("datastore_id","kind","name");

CREATE TABLE "damaged_chunk" (
	"datastore_id" uuid NOT NULL,
	"digest" text NOT NULL,
	"set_aside_as" text,
	"found_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "damaged_chunk_datastore_id_digest_pk" PRIMARY KEY("datastore_id","digest")
);
--> statement-breakpoint
ALTER TABLE "snapshot" ADD COLUMN "chunk_damage" text;--> statement-breakpoint
ALTER TABLE "damaged_chunk" ADD CONSTRAINT "damaged_chunk_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;
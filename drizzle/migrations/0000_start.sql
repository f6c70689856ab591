CREATE TABLE "acl" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"path" text NOT NULL,
	"principal" text NOT NULL,
	"role" text NOT NULL,
	"propagate" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_token" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"secret_hash" text NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"last_used_at" timestamp with time zone,
	"last_used_from" text
);
--> statement-breakpoint
CREATE TABLE "realm" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"comment" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" text NOT NULL,
	CONSTRAINT "session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "sign_in_failure" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"username" text NOT NULL,
	"display_username" text,
	"realm_id" text NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"expires_at" timestamp with time zone,
	"last_sign_in_at" timestamp with time zone,
	CONSTRAINT "user_email_unique" UNIQUE("email"),
	CONSTRAINT "user_username_unique" UNIQUE("username")
);
--> statement-breakpoint
CREATE TABLE "verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now(),
	"updated_at" timestamp with time zone DEFAULT now()
);
--> statement-breakpoint
CREATE TABLE "datastore" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"config" jsonb NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"sync_level" text NOT NULL,
	"identity" uuid,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"phase" text DEFAULT 'creating' NOT NULL,
	"status" text DEFAULT 'probing' NOT NULL,
	"status_reason" text DEFAULT '' NOT NULL,
	"status_since" timestamp with time zone DEFAULT now() NOT NULL,
	"maintenance" jsonb,
	"suspect" text,
	"last_probe_at" timestamp with time zone,
	"last_good_probe_at" timestamp with time zone,
	"probe_misses" integer DEFAULT 0 NOT NULL,
	"probe_steps" jsonb,
	"total_bytes" bigint,
	"available_bytes" bigint,
	"used_bytes" bigint,
	"inodes_total" bigint,
	"inodes_available" bigint,
	"chunk_count" bigint DEFAULT 0 NOT NULL,
	"chunk_bytes" bigint DEFAULT 0 NOT NULL,
	"chunks_counted_at" timestamp with time zone,
	"last_sync_at" timestamp with time zone,
	"cleanly_closed" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "datastore_lease" (
	"datastore_id" uuid PRIMARY KEY NOT NULL,
	"worker_id" uuid NOT NULL,
	"epoch" integer NOT NULL,
	"acquired_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "datastore_sample" (
	"datastore_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"total_bytes" bigint,
	"used_bytes" bigint,
	"chunk_bytes" bigint,
	"received_bytes" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "worker" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"boot_id" text NOT NULL,
	"pid" integer NOT NULL,
	"process_start" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gateway_url" text,
	"gateway_certificate" text
);
--> statement-breakpoint
CREATE TABLE "backup_group" (
	"datastore_id" uuid NOT NULL,
	"namespace" text NOT NULL,
	"type" text NOT NULL,
	"backup_id" text NOT NULL,
	"owner" text,
	"notes" text DEFAULT '' NOT NULL,
	CONSTRAINT "backup_group_datastore_id_namespace_type_backup_id_pk" PRIMARY KEY("datastore_id","namespace","type","backup_id")
);
--> statement-breakpoint
CREATE TABLE "namespace" (
	"datastore_id" uuid NOT NULL,
	"path" text NOT NULL,
	CONSTRAINT "namespace_datastore_id_path_pk" PRIMARY KEY("datastore_id","path")
);
--> statement-breakpoint
CREATE TABLE "snapshot" (
	"datastore_id" uuid NOT NULL,
	"namespace" text NOT NULL,
	"type" text NOT NULL,
	"backup_id" text NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"finished" boolean NOT NULL,
	"damage" text,
	"files" jsonb NOT NULL,
	"size_bytes" bigint,
	"new_bytes" bigint,
	"protected" boolean DEFAULT false NOT NULL,
	"notes" text DEFAULT '' NOT NULL,
	"verify_state" text,
	"verified_at" timestamp with time zone,
	"key_fingerprint" text,
	"created_by" text,
	CONSTRAINT "snapshot_datastore_id_namespace_type_backup_id_time_pk" PRIMARY KEY("datastore_id","namespace","type","backup_id","time")
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"principal" text NOT NULL,
	"source" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"outcome" text NOT NULL,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "change" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"ref" text NOT NULL,
	"datastore_id" uuid,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"datastore_id" uuid,
	"datastore_name" text,
	"subject" text NOT NULL,
	"payload" jsonb NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"progress" jsonb,
	"outcome" text,
	"result" jsonb,
	"error" jsonb,
	"warnings" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"worker_id" uuid,
	"attempt" integer DEFAULT 0 NOT NULL,
	"cancel_requested_at" timestamp with time zone,
	"cancel_requested_by" text
);
--> statement-breakpoint
CREATE TABLE "task_log" (
	"task_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"level" text NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "task_log_task_id_number_pk" PRIMARY KEY("task_id","number")
);
--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user" ADD CONSTRAINT "user_realm_id_realm_id_fk" FOREIGN KEY ("realm_id") REFERENCES "public"."realm"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datastore_lease" ADD CONSTRAINT "datastore_lease_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datastore_sample" ADD CONSTRAINT "datastore_sample_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backup_group" ADD CONSTRAINT "backup_group_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "namespace" ADD CONSTRAINT "namespace_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot" ADD CONSTRAINT "snapshot_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task" ADD CONSTRAINT "task_datastore_id_datastore_id_fk" FOREIGN KEY ("datastore_id") REFERENCES "public"."datastore"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_log" ADD CONSTRAINT "task_log_task_id_task_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."task"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "acl_entry" ON "acl" USING btree ("path","principal","role");--> statement-breakpoint
CREATE INDEX "account_user" ON "account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "api_token_user" ON "api_token" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_user" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sign_in_failure_key" ON "sign_in_failure" USING btree ("key","at");--> statement-breakpoint
CREATE UNIQUE INDEX "datastore_name" ON "datastore" USING btree ("name");--> statement-breakpoint
CREATE INDEX "datastore_sample_at" ON "datastore_sample" USING btree ("datastore_id","at");--> statement-breakpoint
CREATE INDEX "snapshot_time" ON "snapshot" USING btree ("time");--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit" USING btree ("at");--> statement-breakpoint
CREATE INDEX "task_created" ON "task" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "task_state" ON "task" USING btree ("state");--> statement-breakpoint
CREATE INDEX "task_datastore" ON "task" USING btree ("datastore_id","created_at");
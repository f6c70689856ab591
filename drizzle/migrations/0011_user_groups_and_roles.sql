CREATE TABLE "role" (
	"name" text PRIMARY KEY NOT NULL,
	"privileges" jsonb NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_group" (
	"id" text PRIMARY KEY NOT NULL,
	"realm_id" text NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_group_member" (
	"group_id" text NOT NULL,
	"username" text NOT NULL,
	CONSTRAINT "user_group_member_group_id_username_pk" PRIMARY KEY("group_id","username")
);
--> statement-breakpoint
ALTER TABLE "user_group" ADD CONSTRAINT "user_group_realm_id_realm_id_fk" FOREIGN KEY ("realm_id") REFERENCES "public"."realm"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_group_member" ADD CONSTRAINT "user_group_member_group_id_user_group_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."user_group"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_group_member" ADD CONSTRAINT "user_group_member_username_user_username_fk" FOREIGN KEY ("username") REFERENCES "public"."user"("username") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "acl_principal" ON "acl" USING btree ("principal");--> statement-breakpoint
CREATE INDEX "user_group_member_user" ON "user_group_member" USING btree ("username");--> statement-breakpoint
-- Users and groups of the platform that the server belongs to can be named in grants before anybody signs in from there.
INSERT INTO "realm" ("id", "kind", "comment") VALUES
  ('polystack', 'external', 'Users and groups of the Polystack platform');

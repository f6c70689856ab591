-- Of several records of one directory the first keeps it. The others go offline, and say why.
UPDATE "datastore" AS "later" SET
	"identity" = NULL,
	"maintenance" = jsonb_build_object('mode', 'offline', 'message', 'The same directory as ' || "first"."name" || '; remove this record.', 'since', floor(extract(epoch from now()) * 1000), 'by', 'system')
FROM (SELECT DISTINCT ON ("identity") "id", "identity", "name" FROM "datastore" WHERE "identity" IS NOT NULL ORDER BY "identity", "created_at", "id") AS "first"
WHERE "later"."identity" = "first"."identity" AND "later"."id" <> "first"."id";--> statement-breakpoint
CREATE UNIQUE INDEX "datastore_identity" ON "datastore" USING btree ("identity");

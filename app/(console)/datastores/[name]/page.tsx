import { redirect } from 'next/navigation';

/** A datastore opens on its summary; the address says so. */
export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  redirect(`/datastores/${(await params).name}/summary`);
}

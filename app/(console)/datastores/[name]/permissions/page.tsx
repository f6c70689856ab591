import type { Metadata } from 'next';
import { PermissionsTab } from '#components/datastore/permissions/PermissionsTab.tsx';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Permissions` };
}

export default async function Page({ params }: PageProps) {
  return <PermissionsTab name={decodeURIComponent((await params).name)} />;
}

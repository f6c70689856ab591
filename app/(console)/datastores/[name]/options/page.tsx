import type { Metadata } from 'next';
import { OptionsTab } from '#components/datastore/options/OptionsTab.tsx';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Options` };
}

export default async function Page({ params }: PageProps) {
  return <OptionsTab name={decodeURIComponent((await params).name)} />;
}

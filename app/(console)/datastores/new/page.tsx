import type { Metadata } from 'next';
import { AddDatastorePage } from '#components/datastore/wizard/AddDatastorePage.tsx';

export const metadata: Metadata = { title: 'Add datastore' };

export default function Page() {
  return <AddDatastorePage />;
}

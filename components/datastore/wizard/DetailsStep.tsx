'use client';

import { useQuery } from '@tanstack/react-query';
import { usePermissions } from '../../session/use-permissions.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { Draft, DraftErrors } from './draft.ts';
import { LocalFields } from './LocalFields.tsx';
import type { PlaceLook } from './use-place-report.ts';

interface DetailsStepProps {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: DraftErrors;
  look: PlaceLook;
  showAll: boolean;
}

/** One component for each kind; the compiler misses none. */
export function DetailsStep({ draft, change, errors, look, showAll }: DetailsStepProps) {
  const trpc = useTRPC();
  const { holds } = usePermissions();
  const { data: settings } = useQuery({
    ...trpc.settings.get.queryOptions(),
    enabled: holds('/system', 'Sys.Audit', 'Sys.Modify'),
  });
  switch (draft.type) {
    case 'local':
      return (
        <LocalFields
          draft={draft}
          onChange={change}
          errors={errors}
          showAll={showAll}
          look={look}
          roots={settings?.allowedRoots ?? []}
        />
      );
  }
}

'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { taskObject } from '#domain/task-object.ts';
import { placeQuery } from '../datastore/content/content-address.ts';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { taskHref } from '../task/task-words.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { ContentFound, TaskView } from '../trpc/views.ts';
import type { PaletteEntry } from './palette-entry.ts';
import { RUNNING_TASKS } from './running-tasks.ts';
import { useSettled } from './use-settled.ts';

/** Shorter texts are in almost every name. */
const TYPED_MIN = 2;

/** What is too much to have at hand: the server is asked for namespaces and groups by what is typed. */
export function useFoundEntries(typed: string, hasDatastores: boolean): PaletteEntry[] {
  const trpc = useTRPC();
  const search = useSettled(typed);
  const asks = hasDatastores && search.length >= TYPED_MIN;
  const { data: found } = useQuery({
    ...trpc.snapshot.search.queryOptions({ search }),
    enabled: asks,
    placeholderData: keepPreviousData,
  });
  const { data: running } = useQuery(trpc.task.list.queryOptions(RUNNING_TASKS));
  return useMemo(
    () => [
      ...(running?.tasks ?? []).map(taskEntry),
      ...(asks ? (found?.groups ?? []).map(groupEntry) : []),
      ...(asks ? (found?.namespaces ?? []).map(namespaceEntry) : []),
    ],
    [running, asks, found],
  );
}

function taskEntry(task: TaskView): PaletteEntry {
  return {
    id: `task ${task.id}`,
    group: 'Running tasks',
    label: `${task.title} ${taskObject(task)}`,
    href: taskHref(task.id),
  };
}

function groupEntry({ datastore, namespace, type, id }: ContentFound['groups'][number]): PaletteEntry {
  const label = `${type}/${id}`;
  const place = namespace === '' ? datastore : `${datastore}:${namespace}`;
  const query = new URLSearchParams({
    ...(namespace === '' ? {} : { ns: namespace }),
    q: label,
    open: label,
  });
  return {
    id: `group ${place}/${label}`,
    group: 'Groups',
    label,
    note: place,
    href: `${datastoreHref(datastore, 'content')}?${query}`,
  };
}

function namespaceEntry({ datastore, path }: ContentFound['namespaces'][number]): PaletteEntry {
  return {
    id: `namespace ${datastore}:${path}`,
    group: 'Namespaces',
    label: path,
    note: datastore,
    href: `${datastoreHref(datastore, 'content')}${placeQuery(path)}`,
  };
}

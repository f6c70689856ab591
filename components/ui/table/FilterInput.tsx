'use client';

import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Input } from '../forms/Input.tsx';
import { Kbd } from '../Kbd.tsx';
import type { TableControl } from './use-table-state.ts';

const TYPING_MS = 250;

interface FilterInputProps {
  control: TableControl;
  placeholder: string;
}

/** Asks once the typing rests; the key `/` comes here. */
export function FilterInput({ control, placeholder }: FilterInputProps) {
  const { text } = control.state;
  const [typed, setTyped] = useState(text);
  const sent = useRef(text);

  // Back, Forward and "Clear filters" change the text from outside.
  useEffect(() => {
    if (text !== sent.current) setTyped(text);
    sent.current = text;
  }, [text]);

  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      control.change({ text: typed }, 'replace');
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, control]);

  return (
    <div className="relative min-w-48 flex-1 sm:max-w-72">
      <Input
        type="search"
        data-filter-input
        aria-label={`Filter by ${placeholder.toLowerCase()}`}
        placeholder={placeholder}
        icon={<Search />}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="peer h-7 pr-8 text-table"
      />
      <span className="pointer-events-none absolute inset-y-0 right-1 hidden items-center sm:flex">
        {typed === '' && <Kbd>/</Kbd>}
      </span>
    </div>
  );
}

'use client';

import { Eye, EyeOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { formatRelative } from '#domain/units.ts';
import { Button } from '../Button.tsx';
import { IconButton } from '../IconButton.tsx';
import { useNow } from '../time/TimeProvider.tsx';
import { Input } from './Input.tsx';

interface SecretFieldProps {
  /** When the stored secret was changed, ms since 1970; null when none is stored. */
  storedAt: number | null;
  /** Null while the stored secret stays. */
  value: string | null;
  onChange: (value: string | null) => void;
  name?: string;
}

/** A secret goes in and never comes out: what is stored is not shown, only replaced. */
export function SecretField({ storedAt, value, onChange, name }: SecretFieldProps) {
  const now = useNow();
  const [shown, setShown] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const isStored = storedAt !== null && value === null;

  const wasStored = useRef(isStored);
  useEffect(() => {
    if (wasStored.current && !isStored) input.current?.focus();
    wasStored.current = isStored;
  }, [isStored]);

  return (
    <div className="flex gap-2">
      <div className="relative min-w-0 flex-1">
        <Input
          ref={input}
          type={shown || isStored ? 'text' : 'password'}
          name={isStored ? undefined : name}
          readOnly={isStored}
          placeholder={isStored ? `Stored · changed ${formatRelative(storedAt, now)}` : undefined}
          value={value ?? ''}
          onChange={(event) => onChange(event.target.value)}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          data-1p-ignore
          data-lpignore="true"
          data-bwignore
          className={isStored ? 'bg-surface' : 'pr-9 font-mono'}
        />
        {!isStored && (
          <IconButton
            label={shown ? 'Hide what I typed' : 'Show what I typed'}
            icon={shown ? <EyeOff /> : <Eye />}
            size="small"
            onClick={() => setShown(!shown)}
            className="absolute top-0.5 right-0.5"
          />
        )}
      </div>
      {storedAt !== null && (
        <Button onClick={() => onChange(isStored ? '' : null)}>{isStored ? 'Replace' : 'Keep stored'}</Button>
      )}
    </div>
  );
}

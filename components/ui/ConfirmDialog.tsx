'use client';

import { AlertDialog as Primitive } from 'radix-ui';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import { cn } from './class-names.ts';
import { DialogFooter } from './Dialog.tsx';
import { Field } from './forms/Field.tsx';
import { Input } from './forms/Input.tsx';
import { BACKDROP, CENTERED, PANEL } from './overlay-classes.ts';
import { useDialogFocus } from './use-dialog-focus.ts';

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The act as a question without "are you sure": "Forget 61 snapshots?" */
  title: string;
  description: ReactNode;
  /** What goes, what stays, what breaks; numbers, not adjectives. */
  children?: ReactNode;
  /** Names the act: "Destroy ibs-archival and 12.4 TiB". */
  confirmLabel: string;
  danger?: boolean;
  /** For what cannot be undone: the name that must be typed first. */
  typeName?: string;
  pending?: boolean;
  /** The failure of the last attempt; stays until the next one. */
  error?: ReactNode;
  onConfirm: () => void;
}

/** Opens with the focus on Cancel. Red only on the last button. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { remember, onCloseAutoFocus } = useDialogFocus();
  return (
    <Primitive.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={BACKDROP} />
        <Primitive.Content
          onOpenAutoFocus={remember}
          onCloseAutoFocus={onCloseAutoFocus}
          className={cn(PANEL, CENTERED, 'max-w-130')}
        >
          <ConfirmForm {...props} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function ConfirmForm({
  title,
  description,
  children,
  confirmLabel,
  danger = false,
  typeName,
  pending = false,
  error,
  onConfirm,
}: ConfirmDialogProps) {
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const missing = typeName === undefined ? null : missingWords(typed, typeName);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing !== null) field.current?.focus();
    else if (!pending) onConfirm();
  };
  return (
    <form onSubmit={submit} noValidate className="contents">
      <div className="relative grid min-h-0 gap-3 overflow-y-auto px-5 pt-4 pb-5">
        <div className="grid gap-1">
          <Primitive.Title className="text-heading font-semibold">{title}</Primitive.Title>
          <Primitive.Description className="text-muted">{description}</Primitive.Description>
        </div>
        {children}
        {typeName !== undefined && (
          <Field label={<TypeLabel name={typeName} />} error={tried ? missing : undefined} required>
            <Input
              ref={field}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
            />
          </Field>
        )}
        {error}
      </div>
      <DialogFooter>
        <Primitive.Cancel asChild>
          <Button>Cancel</Button>
        </Primitive.Cancel>
        <Button type="submit" variant={danger ? 'danger' : 'primary'} pending={pending}>
          {confirmLabel}
        </Button>
      </DialogFooter>
    </form>
  );
}

function TypeLabel({ name }: { name: string }) {
  return (
    <span>
      Type <code className="select-all rounded-sm bg-hover px-1 font-mono">{name}</code> to confirm
    </span>
  );
}

function missingWords(typed: string, name: string): string | null {
  if (typed === name) return null;
  return typed === '' ? `Type ${name} first.` : `That is not ${name}.`;
}

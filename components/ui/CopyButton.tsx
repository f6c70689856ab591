'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonLook } from './Button.tsx';
import { copyText } from './copy-text.ts';
import { IconButton } from './IconButton.tsx';

const CONFIRMED_MS = 2000;

interface CopyButtonProps extends Omit<ButtonLook, 'icon'> {
  text: string;
  /** What is copied: "Copy fingerprint". */
  label?: string;
  /** With its label beside the icon. */
  labelled?: boolean;
  className?: string;
}

export function CopyButton({
  text,
  label = 'Copy',
  labelled = false,
  size = 'small',
  ...look
}: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => copyText(text).then(() => setCopied(true));
  const icon = copied ? <Check className="text-ok" /> : <Copy />;
  return (
    <>
      {labelled ? (
        <Button {...look} size={size} icon={icon} onClick={copy}>
          {label}
        </Button>
      ) : (
        <IconButton {...look} size={size} label={label} icon={icon} onClick={copy} />
      )}
      <span aria-live="polite" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </>
  );
}

'use client';

import { type FormEvent, useRef, useState } from 'react';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import type { ErrorDetails } from '../ui/error-details.ts';
import { Field } from '../ui/forms/Field.tsx';
import { Input } from '../ui/forms/Input.tsx';
import { PasswordInput } from '../ui/forms/PasswordInput.tsx';
import { sendSignIn } from './send-sign-in.ts';

interface SignInFormProps {
  /** Filled in, when it is known who comes back. */
  user?: string;
  /** Stays pending until the caller has moved on. */
  onSignedIn: (user: string) => void;
}

export function SignInForm({ user: known = '', onSignedIn }: SignInFormProps) {
  const [user, setUser] = useState(known);
  const [password, setPassword] = useState('');
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorDetails | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    setError(null);
    const refused = await sendSignIn({ user, password });
    if (!refused) {
      onSignedIn(user);
      return;
    }
    setPending(false);
    setError(refused);
    setPassword('');
    passwordField.current?.focus();
  };

  return (
    <form onSubmit={submit} className="grid gap-4">
      {error && (
        <Banner tone="err" title={error.message}>
          {error.hint}
        </Banner>
      )}
      <Field label="User" help="name@realm; without a realm it is @ibs">
        <Input
          name="user"
          value={user}
          onChange={(event) => setUser(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
      </Field>
      <Field label="Password">
        <PasswordInput
          ref={passwordField}
          name="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          required
        />
      </Field>
      <Button type="submit" variant="primary" pending={pending}>
        Sign in
      </Button>
    </form>
  );
}

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
  /** An empty field is told once somebody has tried to go on without it. */
  const [tried, setTried] = useState(false);
  const missing = (text: string, words: string) => (tried && text.trim() === '' ? words : undefined);
  const userField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setTried(true);
    setError(null);
    if (user.trim() === '') return userField.current?.focus();
    if (password === '') return passwordField.current?.focus();
    setPending(true);
    const refused = await sendSignIn({ user, password });
    if (!refused) {
      onSignedIn(user);
      return;
    }
    setPending(false);
    setError(refused);
    setPassword('');
    setTried(false);
    passwordField.current?.focus();
  };

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {error && (
        <Banner tone="err" title={error.message}>
          {error.hint}
        </Banner>
      )}
      <Field
        label="User"
        help="name@realm; without a realm it is @ibs"
        error={missing(user, 'Enter your user name.')}
        required
      >
        <Input
          ref={userField}
          name="user"
          value={user}
          onChange={(event) => setUser(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
      <Field label="Password" error={missing(password, 'Enter your password.')} required>
        <PasswordInput
          ref={passwordField}
          name="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
        />
      </Field>
      <Button type="submit" variant="primary" pending={pending}>
        Sign in
      </Button>
    </form>
  );
}

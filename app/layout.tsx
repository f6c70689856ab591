import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { PREFERENCES_COOKIE, readPreferences } from '#components/preferences/preferences.ts';
import { Providers } from '#components/shell/Providers.tsx';
import { nonceOf } from './content-security-policy.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Ironcore Backup', template: '%s — Ironcore Backup' },
  description: 'Console of Ironcore Backup Solution',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf8f5' },
    { media: '(prefers-color-scheme: dark)', color: '#16191c' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const preferences = readPreferences((await cookies()).get(PREFERENCES_COOKIE)?.value);
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <Providers nonce={nonceOf(await headers())} preferences={preferences}>
          {children}
        </Providers>
      </body>
    </html>
  );
}

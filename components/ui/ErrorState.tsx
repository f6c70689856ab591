'use client';

import { CircleAlert } from 'lucide-react';
import { Banner } from './Banner.tsx';
import { Button } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';
import { detailsText, type ErrorDetails } from './error-details.ts';
import { StateBlock } from './StateBlock.tsx';

interface ErrorStateProps {
  /** "Datastores could not be loaded" */
  title: string;
  error: ErrorDetails;
  onRetry?: () => void;
  retrying?: boolean;
  /** There is nothing else on the page. */
  wholePage?: boolean;
}

/** Stands where the content would be. */
export function ErrorState({ title, error, onRetry, retrying, wholePage }: ErrorStateProps) {
  return (
    <StateBlock
      alert
      wholePage={wholePage}
      icon={<CircleAlert className="text-err" />}
      title={title}
      actions={
        <>
          {onRetry && (
            <Button onClick={onRetry} pending={retrying}>
              Retry
            </Button>
          )}
          <CopyButton labelled variant="ghost" size="medium" label="Copy details" text={detailsText(error)} />
        </>
      }
    >
      <ErrorText error={error} />
    </StateBlock>
  );
}

/** The same above content that is still there: an action failed, a form was refused. */
export function ErrorBanner({
  title,
  error,
  onRetry,
  retrying,
  onDismiss,
}: Omit<ErrorStateProps, 'wholePage'> & { onDismiss?: () => void }) {
  return (
    <Banner
      tone="err"
      title={title}
      onDismiss={onDismiss}
      actions={
        <>
          {onRetry && (
            <Button size="small" onClick={onRetry} pending={retrying}>
              Retry
            </Button>
          )}
          <CopyButton labelled variant="ghost" label="Copy details" text={detailsText(error)} />
        </>
      }
    >
      <ErrorText error={error} />
    </Banner>
  );
}

function ErrorText({ error }: { error: ErrorDetails }) {
  return (
    <div className="grid gap-1 select-text">
      <p>
        {error.message} {error.hint}
      </p>
      <p className="font-mono text-small">
        {error.code}
        {error.requestId && ` · request ${error.requestId}`}
      </p>
    </div>
  );
}

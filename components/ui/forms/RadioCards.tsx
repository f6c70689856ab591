'use client';

import { type ReactNode, useId } from 'react';
import { cn } from '../class-names.ts';

export interface RadioCard<Value extends string = string> {
  value: Value;
  title: string;
  description?: ReactNode;
  icon?: ReactNode;
  /** Short facts below the description: what it survives, what it needs. */
  facts?: readonly { label: string; value: string }[];
  /** Why it cannot be chosen; it stays visible. */
  disabledReason?: string;
}

interface RadioCardsProps<Value extends string> {
  /** Names the group. */
  label: string;
  cards: readonly RadioCard<Value>[];
  value: Value | undefined;
  onChange: (value: Value) => void;
  columns?: 1 | 2;
}

/** A choice that deserves an explanation on each side; arrow keys move between the cards. */
export function RadioCards<Value extends string>({
  label,
  cards,
  value,
  onChange,
  columns = 2,
}: RadioCardsProps<Value>) {
  const name = useId();
  return (
    <fieldset className={cn('grid min-w-0 gap-3', columns === 2 && 'sm:grid-cols-2')}>
      <legend className="sr-only">{label}</legend>
      {cards.map((card) => (
        <Card
          key={card.value}
          card={card}
          name={name}
          isChecked={card.value === value}
          onChoose={() => onChange(card.value)}
        />
      ))}
    </fieldset>
  );
}

interface CardProps {
  card: RadioCard;
  name: string;
  isChecked: boolean;
  onChoose: () => void;
}

function Card({ card, name, isChecked, onChoose }: CardProps) {
  const id = useId();
  const isDisabled = card.disabledReason !== undefined;
  return (
    <div
      className={cn(
        'relative grid min-w-0 content-start gap-1 rounded-lg border border-strong bg-bg p-4 pr-10 outline-offset-2 outline-accent has-focus-visible:outline-2',
        isChecked && 'border-accent ring-1 ring-accent',
        isDisabled ? 'border-dashed bg-surface' : 'hover:bg-hover',
      )}
    >
      <input
        type="radio"
        name={name}
        value={card.value}
        checked={isChecked}
        onChange={onChoose}
        disabled={isDisabled}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-text`}
        className="absolute inset-0 size-full cursor-default appearance-none rounded-lg outline-none"
      />
      <span
        aria-hidden="true"
        className={cn(
          'pointer-events-none absolute top-4.5 right-4 flex size-4 items-center justify-center rounded-full border border-strong bg-bg',
          isChecked && 'border-accent',
        )}
      >
        {isChecked && <span className="size-2 rounded-full bg-accent" />}
      </span>
      <CardText id={id} card={card} />
    </div>
  );
}

function CardText({ id, card }: { id: string; card: RadioCard }) {
  return (
    <>
      <p
        id={`${id}-title`}
        className="pointer-events-none flex items-center gap-2 font-semibold [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-accent"
      >
        {card.icon}
        {card.title}
      </p>
      <div id={`${id}-text`} className="pointer-events-none grid gap-1 text-table">
        {card.description && <p className="text-muted">{card.description}</p>}
        {card.facts?.map((fact) => (
          <p key={fact.label} className="flex gap-2">
            <span className="w-16 shrink-0 text-muted">{fact.label}</span>
            <span className="min-w-0">{fact.value}</span>
          </p>
        ))}
        {card.disabledReason && <p className="text-warn">{card.disabledReason}</p>}
      </div>
    </>
  );
}

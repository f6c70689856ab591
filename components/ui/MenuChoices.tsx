'use client';

import { Check } from 'lucide-react';
import { DropdownMenu as Primitive } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { MenuHeading } from './Menu.tsx';
import { MENU_ITEM, MENU_PANEL } from './overlay-classes.ts';

export interface Choice<Value extends string = string> {
  value: Value;
  label: ReactNode;
}

/** A dropdown that holds choices instead of actions; compose it from the groups below. */
export function ChoiceMenu({
  trigger,
  align = 'end',
  children,
}: {
  trigger: ReactElement;
  align?: 'start' | 'end';
  children: ReactNode;
}) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content align={align} sideOffset={4} collisionPadding={8} className={MENU_PANEL}>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

interface OneOfProps<Value extends string> {
  heading: string;
  choices: readonly Choice<Value>[];
  value: Value | undefined;
  onChange: (value: Value) => void;
}

/** Exactly one of the choices holds. */
export function OneOf<Value extends string>({ heading, choices, value, onChange }: OneOfProps<Value>) {
  return (
    <Primitive.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
      <MenuHeading>{heading}</MenuHeading>
      {choices.map((choice) => (
        <Primitive.RadioItem
          key={choice.value}
          value={choice.value}
          onSelect={(event) => event.preventDefault()}
          className={MENU_ITEM}
        >
          <ChoiceRow>{choice.label}</ChoiceRow>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  );
}

interface AnyOfProps<Value extends string> {
  heading: string;
  choices: readonly Choice<Value>[];
  values: readonly Value[];
  onChange: (values: Value[]) => void;
}

/** Any number of the choices hold. */
export function AnyOf<Value extends string>({ heading, choices, values, onChange }: AnyOfProps<Value>) {
  const toggle = (value: Value, on: boolean) =>
    onChange(
      choices.map((choice) => choice.value).filter((each) => (each === value ? on : values.includes(each))),
    );
  return (
    <Primitive.Group>
      <MenuHeading>{heading}</MenuHeading>
      {choices.map((choice) => (
        <Primitive.CheckboxItem
          key={choice.value}
          checked={values.includes(choice.value)}
          onCheckedChange={(on) => toggle(choice.value, on)}
          onSelect={(event) => event.preventDefault()}
          className={MENU_ITEM}
        >
          <ChoiceRow>{choice.label}</ChoiceRow>
        </Primitive.CheckboxItem>
      ))}
    </Primitive.Group>
  );
}

export function MenuSeparator() {
  return <Primitive.Separator className="my-1 h-px bg-line" />;
}

function ChoiceRow({ children }: { children: ReactNode }) {
  return (
    <>
      <span className="flex size-4 items-center justify-center">
        <Primitive.ItemIndicator>
          <Check className="text-accent!" />
        </Primitive.ItemIndicator>
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </>
  );
}

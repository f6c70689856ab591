import {
  Bell,
  Camera,
  CassetteTape,
  Database,
  KeyRound,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  RefreshCw,
  ScrollText,
  Settings,
} from 'lucide-react';
import type { NavigationIconName } from './navigation.ts';

const ICONS: Record<NavigationIconName, LucideIcon> = {
  dashboard: LayoutDashboard,
  datastores: Database,
  snapshots: Camera,
  sync: RefreshCw,
  tape: CassetteTape,
  tasks: ListChecks,
  notifications: Bell,
  access: KeyRound,
  audit: ScrollText,
  settings: Settings,
};

export function NavigationIcon({ name, className }: { name: NavigationIconName; className?: string }) {
  const Icon = ICONS[name];
  return <Icon aria-hidden="true" className={className} />;
}

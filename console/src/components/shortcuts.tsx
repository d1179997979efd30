/** Keyboard shortcuts: a view says what its keys do, `?` shows them all. */

import Box from "@cloudscape-design/components/box";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";

export interface Shortcut {
  /** As `KeyboardEvent.key` names them, in lower case, with `ctrl+` and `shift+` before: `ctrl+b`, `shift+arrowleft`. */
  readonly keys: readonly string[];
  readonly does: string;
  readonly run: () => void;
}

interface Group {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

type Register = (group: Group) => () => void;
const ShortcutsContext = createContext<Register>(() => () => undefined);

export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [groups, setGroups] = useState<readonly Group[]>([]);
  const [helps, setHelps] = useState(false);
  const register = useCallback((group: Group) => {
    setGroups((before) => [...before, group]);
    return () => setGroups((before) => before.filter((other) => other !== group));
  }, []);
  const everywhere = useMemo(
    () => ({ title: "Everywhere", shortcuts: [{ keys: ["?"], does: "Show these keys", run: () => setHelps(true) }] }),
    [],
  );
  const all = useMemo(() => [everywhere, ...groups], [everywhere, groups]);
  useKeys(all);
  return (
    <ShortcutsContext value={register}>
      {children}
      <Modal visible={helps} onDismiss={() => setHelps(false)} header="Keyboard shortcuts">
        <SpaceBetween size="l">
          {all.map((group) => (
            <KeysOf key={group.title} group={group} />
          ))}
        </SpaceBetween>
      </Modal>
    </ShortcutsContext>
  );
}

/** Makes shortcuts work while the component is there. Memoise them: each new list is registered anew. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const register = useContext(ShortcutsContext);
  useEffect(() => register({ title, shortcuts }), [register, title, shortcuts]);
}

function KeysOf({ group }: { group: Group }) {
  return (
    <div>
      <Box variant="h3" padding={{ bottom: "xs" }}>
        {group.title}
      </Box>
      <dl className="sky-keys">
        {group.shortcuts.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{SHOWN[key] ?? key.replace("arrowup", "↑").replace("arrowdown", "↓")}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const SHOWN: Record<string, string> = {
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  escape: "Esc",
  enter: "Enter",
};

function useKeys(groups: readonly Group[]): void {
  const current = useRef(groups);
  current.current = groups;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.altKey) return;
      const name = nameOf(event);
      if (isTyping(event.target) && !name.startsWith("ctrl+")) return;
      const found = current.current.flatMap((group) => group.shortcuts).find(({ keys }) => keys.includes(name));
      if (!found) return;
      event.preventDefault();
      found.run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** A sign such as "?" already says that Shift is down. */
function nameOf(event: KeyboardEvent): string {
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key)) ? "shift+" : "";
  return `${event.ctrlKey ? "ctrl+" : ""}${shift}${event.key.toLowerCase()}`;
}

// Keys belong to whoever has the focus: a text that is written, a menu that is open, tabs that arrows walk along.
const OTHERS =
  "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog], [role=tablist], .cm-editor";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OTHERS) !== null;
}

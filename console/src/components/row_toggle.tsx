/** Opens and closes what is below a row of a tree. */

interface RowToggleProps {
  readonly name: string;
  readonly isCollapsed: boolean;
  readonly onToggle: () => void;
}

export function RowToggle({ name, isCollapsed, onToggle }: RowToggleProps) {
  return (
    <button
      type="button"
      className={`sky-row-toggle${isCollapsed ? " sky-row-toggle-closed" : ""}`}
      tabIndex={-1}
      aria-label={isCollapsed ? `Open ${name}` : `Close ${name}`}
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
    />
  );
}

// A choice in a menu of the bar closes it: links by moving on, buttons where they say so.
document.addEventListener('click', event => {
  const chosen = event.target.closest?.('[popover] a, [popover] [data-closes]');
  chosen?.closest('[popover]').hidePopover();
});

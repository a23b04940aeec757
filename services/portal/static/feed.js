// Adds events to the feed as they happen; the browser reconnects by itself and resumes after the last one.
const list = document.getElementById("feed");
const live = document.getElementById("live");
const source = new EventSource(list.dataset.source);

const show = (on) => {
  live.textContent = on ? live.dataset.on : live.dataset.off;
  live.classList.toggle("on", on);
};

source.onopen = () => show(true);
source.onerror = () => show(false);
source.onmessage = (message) => {
  const event = JSON.parse(message.data);
  const item = document.createElement("li");
  item.className = `from-${event.kind} new`;
  const part = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    item.append(element);
    return element;
  };
  part("strong", event.label);
  if (event.title) part("span", event.title);
  part("time", event.time).dateTime = event.at;
  list.prepend(item);
  while (list.children.length > 50) list.lastElementChild.remove();
};

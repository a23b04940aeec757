// Moves the secret of a one-time link from the fragment, which no server gets to see, into the form.
const field = document.getElementById("secret");
const take = () => {
  const given = location.hash.slice(1);
  if (!given) return;
  field.value = given;
  document.querySelector("a.language").hash = given;
  history.replaceState(null, "", location.pathname + location.search);
};

take();
addEventListener("hashchange", take);
document.getElementById("asked").hidden = field.value !== "";

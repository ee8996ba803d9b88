/** The line follows the pointer without asking the server. */
export function attach(root) {
  const both = root.querySelector(".both"), range = root.querySelector("input");
  range.addEventListener("input", () => both.style.setProperty("--cut", `${range.value}%`));
}

using SdStudio.Web;
using SdStudio.Web.Configuration;

WebApplicationBuilder builder = WebApplication.CreateBuilder(ContentRoot.Options(args));
builder.AddStudio();

WebApplication app = builder.Build();
app.UseStudio();
app.Run();

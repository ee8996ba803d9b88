using Microsoft.Extensions.Options;

namespace SdStudio.Web.Configuration;

internal static class SectionBindingExtensions
{
    /// <summary>Options of type <typeparamref name="T"/> from one section, checked when the program starts.</summary>
    public static IServiceCollection AddSection<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddSingleton(provider => new SectionBinding<T>(section, provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<IConfigureOptions<T>>(provider => provider.GetRequiredService<SectionBinding<T>>());
        services.AddSingleton<IValidateOptions<T>>(provider => provider.GetRequiredService<SectionBinding<T>>());
        services.AddOptions<T>().ValidateOnStart();
        return services;
    }
}

using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace SdStudio.Web.Configuration;

/// <summary>
/// Binds one section to its options and checks them. Value by value, so that one that cannot be read does not hide the next:
/// all problems of all sections are reported at once, each with its key.
/// </summary>
internal sealed class SectionBinding<T>(string section, IConfiguration configuration) : IConfigureOptions<T>, IValidateOptions<T>
    where T : class
{
    private static readonly PropertyInfo[] s_properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    public void Configure(T options)
    {
        foreach (PropertyInfo property in s_properties)
        {
            if (TryRead(property, out object? value) && value is not null)
            {
                property.SetValue(options, value);
            }
        }
    }

    public ValidateOptionsResult Validate(string? name, T options)
    {
        List<string> problems = [];
        foreach (PropertyInfo property in s_properties)
        {
            string key = $"{section}:{property.Name}";
            if (!TryRead(property, out _))
            {
                problems.Add($"{key}: \"{configuration[key]}\" is not {Kind(property.PropertyType)}.");
                continue;
            }

            object? value = property.GetValue(options);
            problems.AddRange(property.GetCustomAttributes<ValidationAttribute>()
                .Where(rule => rule.GetValidationResult(value, new ValidationContext(options) { MemberName = property.Name }) != ValidationResult.Success)
                .Select(rule => $"{key}: {Complaint(rule, value)}"));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private bool TryRead(PropertyInfo property, out object? value)
    {
        try
        {
            IConfigurationSection setting = configuration.GetSection(section).GetSection(property.Name);
            // An empty list in the file is one, and not the default: to the binder it is nothing.
            value = setting.Get(property.PropertyType) ?? (property.PropertyType == typeof(IList<string>) && setting.Value is "" ? new List<string>() : null);
            return true;
        }
        catch (InvalidOperationException)
        {
            // The binder's word for "this text is not of that type".
            value = null;
            return false;
        }
    }

    private static string Complaint(ValidationAttribute rule, object? value) => rule switch
    {
        RangeAttribute range => $"must be from {range.Minimum} to {range.Maximum}, and is {value}.",
        RequiredAttribute => "must not be empty.",
        MinLengthAttribute => "needs at least one entry.",
        { ErrorMessage: { } message } => $"{message}, and is \"{value}\".",
        _ => $"\"{value}\" cannot be used.",
    };

    private static string Kind(Type type) =>
        type == typeof(int) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))}"
        : "readable";
}

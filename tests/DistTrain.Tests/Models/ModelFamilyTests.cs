using DistTrain.Training.Models;

namespace DistTrain.Tests.Models;

/// <summary>The menu, whatever is on it.</summary>
public sealed class ModelFamilyTests
{
    public static TheoryData<string> Names => [.. ModelCatalog.Families.Select(family => family.Name)];

    [Fact]
    public void Every_family_of_the_assembly_is_on_the_menu_once_and_in_order()
    {
        Type[] written = [.. typeof(IModelFamily).Assembly.GetTypes().Where(type => type.IsClass && typeof(IModelFamily).IsAssignableFrom(type))];

        Assert.Equal(written.ToHashSet(), ModelCatalog.Families.Select(family => family.GetType()).ToHashSet());
        Assert.Equal(written.Length, ModelCatalog.Families.Count);
        Assert.Equal(ModelCatalog.Families.Select(family => family.Name).Order(StringComparer.Ordinal), ModelCatalog.Families.Select(family => family.Name));
        Assert.Equal(written.Length, ModelCatalog.Families.Select(family => family.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Family_says_in_a_line_what_it_is_and_how_it_is_written(string name)
    {
        IModelFamily family = ModelCatalog.Families.Single(family => family.Name == name);

        Assert.Matches("^[a-z][a-z0-9]*$", name);
        Assert.StartsWith(name, family.Usage, StringComparison.Ordinal);
        Assert.Contains(family.Usage, ModelCatalog.Names, StringComparison.Ordinal);
        Assert.NotEmpty(family.Summary);
        Assert.DoesNotContain('\n', family.Usage + family.Summary);
    }
}

namespace DistTrain.Training.Models;

/// <summary>What <see cref="ModelCatalog"/> looks for; families are marked with the generic one.</summary>
public abstract class ModelFamilyAttribute : Attribute
{
    internal abstract IModelFamily Create();
}

/// <summary>
/// Puts a family on the menu, from its own file: <c>[assembly: ModelFamily&lt;LeNet5&gt;]</c>. The type argument keeps the family when an
/// assembly is trimmed, and its constructor is called, not looked up.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class ModelFamilyAttribute<TFamily> : ModelFamilyAttribute
    where TFamily : IModelFamily, new()
{
    internal override IModelFamily Create() => new TFamily();
}
